/** The pairing libraries that tests are run with. */
import type { Backend } from '#lib/crypto/abe/index.ts';

export const backends: readonly Backend[] = ['noble', 'mcl'];
