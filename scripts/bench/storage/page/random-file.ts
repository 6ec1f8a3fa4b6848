/** A file of random bytes on disk, as one that somebody chooses. */
export async function randomFile(bytes: number): Promise<File> {
	const folder = await navigator.storage.getDirectory();
	const handle = await folder.getFileHandle(crypto.randomUUID(), { create: true });
	const writable = await handle.createWritable();
	const step = 2 ** 20;
	for (let at = 0; at < bytes; at += step) {
		const part = new Uint8Array(Math.min(step, bytes - at));
		for (let i = 0; i < part.length; i += 65_536) crypto.getRandomValues(part.subarray(i, i + 65_536));
		await writable.write(part);
	}
	await writable.close();
	return handle.getFile();
}
