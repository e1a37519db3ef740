import { expect, test } from 'vitest';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { checkEnvironment } from './start.ts';

const options = {
  cacheDir: '/nonexistent',
  env: { DOCKER_HOST: 'unix:///nonexistent.sock' },
  progress: () => undefined,
  pipeline: shippedPipeline,
};

test('an engine that is not there is told before anything is started', async () => {
  const missing = {
    code: 'environment',
    message: 'no Docker engine answers at /nonexistent.sock (there is no such socket)',
  };
  await expect(checkEnvironment('docker', options)).rejects.toMatchObject(missing);
});

test('an engine is needed for workers that are images, wherever the rest runs', async () => {
  const wanted = checkEnvironment('external', { ...options, needsContainers: true });
  await expect(wanted).rejects.toThrow('a worker is an image, and none can be run: no Docker engine answers');
  expect(await checkEnvironment('external', options)).toBeUndefined();
});
