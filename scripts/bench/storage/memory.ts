/** Memory of a page that saves 2 GB on three S3 servers, and of one that does nothing. */
import { startLinks } from './links.ts';
import type { Part } from './part.ts';

const bytes = 2e9;
const megabyte = 1e6;

export const memoryPart: Part = {
	name: 'memory',
	async measure(bench) {
		const links = await startLinks();
		try {
			await bench.inPage('memory', 'rest', 3000);
			const idle = bench.peakBytes();
			await bench.inPage('memory', 'saveLarge', { clouds: links.direct, bytes });
			const saving = bench.peakBytes();
			const rows =
				idle === null || saving === null
					? []
					: [
							{
								what: 'memory of a page, its workers included, while it saves a file of 2 GB on three clouds; of an empty page',
								measured: `${Math.round(saving / megabyte)} MB; ${Math.round(idle / megabyte)} MB`,
								target: '≤ 200 MB',
							},
						];
			return { figures: { memory: { saving, idle } }, rows };
		} finally {
			await links.stop();
		}
	},
};
