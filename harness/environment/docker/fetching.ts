/** Fetching an image, with the engine's own words when it cannot: testcontainers' way of pulling drops them. */
import type { ContainerRuntimeClient } from 'testcontainers';

/** Dockerode, as testcontainers brings it. */
export type DockerApi = ContainerRuntimeClient['container']['dockerode'];

const isThere = async (api: DockerApi, image: string): Promise<boolean> => {
  try {
    await api.getImage(image).inspect();
    return true;
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
};

/** What the engine says while it fetches: JSON, one a line; the last one may be why it gave up. */
const failureIn = (lines: string): string | undefined =>
  lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { readonly error?: string }).error)
    .find((error) => error !== undefined);

const pull = async (api: DockerApi, name: string): Promise<void> => {
  const progress = await api.pull(name);
  let lines = '';
  for await (const part of progress.setEncoding('utf8')) lines += part as string;
  const failure = failureIn(lines);
  if (failure !== undefined) throw new Error(`pull of ${name}: ${failure}`);
};

/**
 * Fetches an image when it is not there: as anybody may, and where that is refused with what `docker login` noted for its registry,
 * which only testcontainers' own way knows how to read. Rejects with what the engine or the registry said.
 */
export const fetchImage = async (client: ContainerRuntimeClient, image: string): Promise<void> => {
  const { ImageName } = await import('testcontainers');
  // A prefix for Docker Hub's images (TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX) is in it.
  const wanted = ImageName.fromString(image);
  const api = client.container.dockerode;
  if (await isThere(api, wanted.string)) return;
  try {
    await pull(api, wanted.string);
  } catch (refused) {
    await client.image.pull(wanted).catch(() => undefined);
    if (!(await isThere(api, wanted.string))) throw refused;
  }
};
