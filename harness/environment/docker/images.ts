/** The official images the environment is made of, pinned. */
import { VERSIONS } from '../setup/versions.ts';

export const IMAGES = {
  kafka: `apache/kafka:${VERSIONS.kafka}`,
  postgres: 'postgres:18.4',
  toxiproxy: `ghcr.io/shopify/toxiproxy:${VERSIONS.toxiproxy}`,
} as const;
