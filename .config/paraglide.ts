/** How messages become functions; the same for the build and for the checks, which run before one. */
import type { CompilerOptions } from '@inlang/paraglide-js';

export const paraglideOptions: CompilerOptions = {
	project: './src/lib/i18n/project.inlang',
	outdir: './src/lib/i18n/paraglide',
	strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
	emitTsDeclarations: true,
};
