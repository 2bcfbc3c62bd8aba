/** What phantoms are drawn of; `phantom` has a table of them. */
export type PhantomKind = 'fundus' | 'thyroid' | 'skin' | 'lung';
