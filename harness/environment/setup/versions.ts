/** Versions that are known to work together (measured; docs/environments.md names the same). */
export const VERSIONS = {
  /** Also in pom.xml, which is what Maven reads; a test holds them equal. */
  kafka: '4.2.0',
  /** Also in go.mod and scripts/docker/build-images.sh; a test holds them equal. */
  toxiproxy: '2.12.0',
  /** Kafka 4 runs on no older one. */
  javaAtLeast: 17,
} as const;
