/** `npm run build`: dist/, if the sources have changed. */
import { bootstrap } from './bootstrap.mjs';

await bootstrap();
