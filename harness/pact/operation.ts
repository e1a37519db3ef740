/** The operation that the contracts of the shipped pipeline are about. */
import { shippedPipeline } from '../pipeline/shipped.ts';

/** The service that it is of. */
export const PROVIDER = 'admin-service';

export const AUTO_ASSIGN_PATH = shippedPipeline.services[PROVIDER].operation.path;
