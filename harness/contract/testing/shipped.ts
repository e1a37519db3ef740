/** For tests: the pacts that are committed here, read once. */
import { fileURLToPath } from 'node:url';
import { readContract } from '../contract.ts';

export const shippedContract = readContract(fileURLToPath(new URL('../../../contracts/pacts', import.meta.url)));
