/** Versions that are known to work together (measured; CONTRIBUTING and the README name the same). */
export const VERSIONS = {
  /** Also in pom.xml, which is what Maven reads; a test holds them equal. */
  kafka: '4.2.0',
  toxiproxy: '2.12.0',
  /** Kafka 4 runs on no older one. */
  javaAtLeast: 17,
} as const;
