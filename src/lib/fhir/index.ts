/** Reading and making FHIR R4, and telling kinds of files apart. Pure: nothing here fetches, stores or draws. */
export { attachedBytes } from './attachments.ts';
export { bundleBeginning } from './beginning.ts';
export { parseBundle, type ParsedBundle, type ParsedResource } from './bundle.ts';
export { clinicalDate } from './clinical-date.ts';
export { detectFile, detectKind, headBytes, type DetectedFile, type FileKind } from './detect.ts';
export { readableBundle } from './readable.ts';
export type * from './readable-types.ts';
export { makeTreatmentBundle, walletIdentifier } from './treatment.ts';
export { longestLine, longestNotes, mostLines, type Treatment } from './treatment-input.ts';
