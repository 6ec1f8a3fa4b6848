/** The part of `state` for pages that need no wallet. It carries no session, and loads `records` only when something is read. */
export { Auditing } from './auditing.svelte.ts';
export { Listing, type ListingState } from './listing.svelte.ts';
export { network } from './network.svelte.ts';
export { hospitals, log, publicDeps, type Reading } from './public.svelte.ts';
export { PublicAudits } from './public-audits.svelte.ts';
export { signedIn } from './signed-in.svelte.ts';
export { connectSite, loadSiteConfig } from './site.ts';
export { verifying, type VerifyingState } from './verifying.svelte.ts';
