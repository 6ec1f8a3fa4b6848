/** What happens to a cloud behind everybody's back, for the end-to-end tests. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Changes a byte of every object that a cloud keeps under this folder. */
export function spoil(folder: string): void {
	for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		const path = join(folder, entry);
		if (!statSync(path).isFile() || !/_object$/.test(entry)) continue;
		const bytes = readFileSync(path);
		if (bytes.length === 0) continue;
		bytes[0] = (bytes[0] ?? 0) ^ 1;
		writeFileSync(path, bytes);
	}
}
