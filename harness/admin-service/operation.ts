/** What admin-service's stub serves, as the shipped pipeline declares it. */
import { shippedPipeline } from '../pipeline/shipped.ts';

/** The service that it stands for. */
export const STUBBED = 'admin-service';

const { operation, port } = shippedPipeline.services[STUBBED];

export const AUTO_ASSIGN = operation;

/** Where admin-service listens. */
export const ADMIN_SERVICE_PORT = port;
