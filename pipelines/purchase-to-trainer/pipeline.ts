/** The declaration with what cannot be data: what stands for admin-service, what does what the outside world does, and
 * how its workers' pacts are made. */
import { definePipeline } from '../../harness/pipeline/declaration.ts';
import { emitPurchaseCreated, pay, writePurchase } from './acts.ts';
import { adminService } from './admin-service/stub.ts';
import { declaration } from './declaration.ts';
import { pacts } from './pacts/pacts.ts';

const { services, acts } = declaration;

export const purchaseToTrainer = definePipeline({
  ...declaration,
  services: { 'admin-service': { ...services['admin-service'], stub: adminService } },
  pacts: () => pacts,
  acts: {
    pay: { ...acts.pay, perform: pay },
    'write-purchase': { ...acts['write-purchase'], perform: writePurchase },
    'emit-purchase-created': { ...acts['emit-purchase-created'], perform: emitPurchaseCreated },
  },
});
