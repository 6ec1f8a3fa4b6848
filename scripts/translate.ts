/** Makes functions of the messages, into `src/lib/i18n/paraglide/`. The build does so by itself. */
import { compile } from '@inlang/paraglide-js';
import { paraglideOptions } from '../.config/paraglide.ts';

await compile(paraglideOptions);
