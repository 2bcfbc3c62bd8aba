/**
 * The one-to-one assignment of rows to columns of least total cost: for each row its column. No more rows than columns.
 * Shortest augmenting paths with potentials, O(rows² · columns).
 *
 * @see Kuhn, *The Hungarian method for the assignment problem*, 1955; Jonker & Volgenant, 1987
 */
export function assign(cost: readonly (readonly number[])[]): number[] {
  const columns = cost[0]?.length ?? 0;
  const none = columns;
  const rowOf = new Array<number>(columns + 1).fill(-1);
  const rowPrice = new Array<number>(cost.length).fill(0);
  const columnPrice = new Array<number>(columns + 1).fill(0);
  for (let row = 0; row < cost.length; row++) {
    const least = new Array<number>(columns).fill(Infinity);
    const before = new Array<number>(columns).fill(none);
    const visited = new Array<boolean>(columns + 1).fill(false);
    let column = none;
    rowOf[none] = row;
    while (rowOf[column]! >= 0) {
      visited[column] = true;
      const from = rowOf[column]!;
      let step = Infinity;
      let next = none;
      for (let j = 0; j < columns; j++) {
        if (visited[j]) continue;
        const reduced = cost[from]![j]! - rowPrice[from]! - columnPrice[j]!;
        if (reduced < least[j]!) {
          least[j] = reduced;
          before[j] = column;
        }
        if (least[j]! < step) {
          step = least[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (visited[j]) {
          rowPrice[rowOf[j]!]! += step;
          columnPrice[j]! -= step;
        } else if (j < columns) least[j]! -= step;
      }
      column = next;
    }
    while (column !== none) {
      rowOf[column] = rowOf[before[column]!]!;
      column = before[column]!;
    }
    rowOf[none] = -1;
  }
  const result = new Array<number>(cost.length).fill(-1);
  for (let j = 0; j < columns; j++) if (rowOf[j]! >= 0) result[rowOf[j]!] = j;
  return result;
}
