/** The declaration with what cannot be data: what stands for admin-service. */
import { definePipeline } from '../../harness/pipeline/declaration.ts';
import { adminService } from './admin-service/stub.ts';
import { declaration } from './declaration.ts';

export const purchaseToTrainer = definePipeline({
  ...declaration,
  services: { 'admin-service': { ...declaration.services['admin-service'], stub: adminService } },
});
