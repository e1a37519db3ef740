/**
 * The pipeline that Faultline ships: the default of a configuration that names none, and what histories of before it was
 * recorded are judged by. What of the harness still knows its names by heart takes them from pipeline.ts beside this.
 */
import { purchaseToTrainer } from '../../pipelines/purchase-to-trainer/pipeline.ts';

export const shippedPipeline = purchaseToTrainer;
