/** The engine's address as DOCKER_HOST names it, and how to end it if it was started here. `folder` keeps an own engine's images. */
export const openEngine: (folder: string) => Promise<{ readonly host: string; stop(): Promise<void> }>;
