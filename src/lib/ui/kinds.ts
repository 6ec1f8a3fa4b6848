/** What a status can look like. The word carries the meaning; the kind only helps to find it. */
export type TagKind = 'plain' | 'shared' | 'good' | 'wait' | 'bad';

/** What a person, a team and a hospital look like: round, or square for a place. */
export type PersonKind = 'person' | 'team' | 'hospital';
