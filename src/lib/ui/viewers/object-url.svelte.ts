/** A URL for bytes in memory, given back when its component goes or the bytes change. */
class ObjectUrl {
	#blob: () => Blob;
	current = $derived.by(() => URL.createObjectURL(this.#blob()));

	constructor(blob: () => Blob) {
		this.#blob = blob;
		$effect(() => {
			const url = this.current;
			return () => URL.revokeObjectURL(url);
		});
	}
}

/** To be called while a component is set up. The type of the blob decides how a browser opens it: give it one that cannot run. */
export function objectUrl(blob: () => Blob): { readonly current: string } {
	return new ObjectUrl(blob);
}
