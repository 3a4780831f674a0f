import { plurals } from '../plural';

export const categories = ['one', 'other'] as const;
export const plural = plurals('de', categories);
