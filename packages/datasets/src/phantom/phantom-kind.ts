export type PhantomKind = 'fundus' | 'thyroid' | 'skin' | 'lung';
