/** Storage: any cloud as a dumb keeper of bytes, several clouds as one place to trust. */
export { blobOfStream } from '#lib/storage/blob-of.ts';
export { getBlock, putBlock, type GetBlockOptions, type PutBlockOptions, type SavedBlock } from '#lib/storage/block.ts';
export { cidFromDigest, cidOfBlock, digestOf, maxBlockBytes, readCid, type Codec } from '#lib/storage/cid.ts';
export { parseStoreConfig, storeConfigSchema } from '#lib/storage/config.ts';
export { copyObject, type CopyOptions } from '#lib/storage/copy.ts';
export { connectStore, nameOf, publicStore } from '#lib/storage/connect.ts';
export { filecoinContracts } from '#lib/storage/filecoin.ts';
export { gather, gatherRange, gatherSource, type GatherOptions } from '#lib/storage/gather.ts';
export { linkedStore } from '#lib/storage/linked.ts';
export { inOrder } from '#lib/storage/in-order.ts';
export {
	manifestSchema,
	parseManifest,
	pieceBytes,
	type Manifest,
	type Piece,
	type Progress,
} from '#lib/storage/manifest.ts';
export { memory } from '#lib/storage/memory.ts';
export type { Leftover } from '#lib/storage/placed-piece.ts';
export { enoughFor, planFor, type Need } from '#lib/storage/plan.ts';
export { sharedRanking, type Speed } from '#lib/storage/ranking.ts';
export { removeObject, type Removal, type RemovalAnswer } from '#lib/storage/remove.ts';
export { repair, type RepairOptions } from '#lib/storage/repair.ts';
export { discard } from '#lib/storage/store.ts';
export { applyCors, corsRules } from '#lib/storage/s3-cors.ts';
export { spread, startSpread, type PlannedPiece, type SpreadOptions, type Spreading } from '#lib/storage/spread.ts';
export type * from '#lib/storage/store.ts';
export { cidOf } from '#lib/storage/tree.ts';
export { underWay } from '#lib/storage/under-way.ts';
export { verified } from '#lib/storage/verified.ts';
