/** What was asked, proved and reported on the chain about one record, and what of it can be asked for: for anybody. */
import type { Address, ChallengeablePiece, Hash, Holding, PublicAudit } from '#lib/records/index.ts';
import { Listing } from './listing.svelte.ts';
import { reading, type Reading } from './public.svelte.ts';

export class PublicAudits extends Listing<PublicAudit> {
	/** Where the record lies; null before the first reading. */
	holding = $state.raw<Holding | null>(null);
	/** What its clouds can be challenged for. */
	pieces = $state.raw<readonly ChallengeablePiece[]>([]);

	/** `as`: with whose eyes; anybody's unless given. */
	constructor(record: { patient: Address; recordId: Hash }, as: () => Promise<Reading> = reading) {
		super(async () => {
			const [deps, records] = await as();
			const holding = await records.readHolding(deps, record);
			this.holding = holding;
			this.pieces = records.challengeable(holding);
			return records.readPublicAudits(deps, holding);
		});
	}
}
