export * from './add-record.ts';
export * from './add-records.ts';
export * from './erase-record.ts';
export * from './read-record.ts';
export * from './record-id.ts';
export * from './reseal-records.ts';
