/** Hands a text to the person as a file. */
export function saveText(text: string, fileName: string, mediaType: string): void {
	const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
	const link = document.createElement('a');
	link.href = url;
	link.download = fileName;
	link.click();
	setTimeout(() => {
		URL.revokeObjectURL(url);
	}, 10_000);
}
