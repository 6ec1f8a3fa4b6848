/** Rows of a table as RFC 4180 has them. A byte order mark, and line ends of other systems, are taken as they come. */
export function readCsv(text: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	let cell = '';
	let isQuoted = false;
	const body = text.replace(/^\ufeff/, '');
	const endCell = () => {
		row.push(cell);
		cell = '';
	};
	const endRow = () => {
		endCell();
		rows.push(row);
		row = [];
	};
	for (let i = 0; i < body.length; i++) {
		const char = body.charAt(i);
		if (isQuoted) {
			if (char !== '"') cell += char;
			else if (body.charAt(i + 1) === '"') cell += body.charAt(++i);
			else isQuoted = false;
		} else if (char === '"') isQuoted = true;
		else if (char === ',') endCell();
		else if (char === '\n') endRow();
		else if (char !== '\r') cell += char;
	}
	if (cell !== '' || row.length > 0) endRow();
	return rows;
}
