/** The variable in which a worker is told where a service is: `ADMIN_SERVICE_URL` for `admin-service`. */
export const serviceVariable = (service: string): string =>
  `${service.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_URL`;
