/** A graph for `minimumCut`: arcs i → `to`[i] with `capacity`[i], in pairs: arc i ^ 1 is the reverse of i. */
export interface Graph {
  nodes: number;
  /** Start of each node's arcs in `order`, nodes + 1 numbers. */
  first: Int32Array;
  /** Arcs, node by node. */
  order: Int32Array;
  to: Int32Array;
  capacity: Float64Array;
}

/** Arcs from → to with a capacity forwards and one backwards, as a graph. */
export function graphOf(
  nodes: number,
  arcs: { from: Int32Array; to: Int32Array; forwards: Float64Array; backwards: Float64Array },
): Graph {
  const count = arcs.from.length;
  const to = new Int32Array(2 * count);
  const capacity = new Float64Array(2 * count);
  const first = new Int32Array(nodes + 1);
  for (let i = 0; i < count; i++) {
    const [from, end] = [arcs.from[i]!, arcs.to[i]!];
    to[2 * i] = end;
    to[2 * i + 1] = from;
    capacity[2 * i] = arcs.forwards[i]!;
    capacity[2 * i + 1] = arcs.backwards[i]!;
    first[from + 1]!++;
    first[end + 1]!++;
  }
  for (let node = 0; node < nodes; node++) first[node + 1]! += first[node]!;
  const next = first.slice(0, nodes);
  const order = new Int32Array(2 * count);
  for (let i = 0; i < count; i++) {
    order[next[arcs.from[i]!]!++] = 2 * i;
    order[next[arcs.to[i]!]!++] = 2 * i + 1;
  }
  return { nodes, first, order, to, capacity };
}

/** What is less than this counts as used up. */
const NOTHING = 1e-9;

/**
 * The smallest cut between `source` and `sink` (Ford & Fulkerson; found by Dinic's maximum flow 1970: shortest paths level by level): 1
 * for each node on the side of the source, and the cut's value. The graph's capacities are used up.
 */
export function minimumCut(graph: Graph, source: number, sink: number): { side: Uint8Array; value: number } {
  const { nodes, first, order, to, capacity } = graph;
  const level = new Int32Array(nodes);
  const next = new Int32Array(nodes);
  const queue = new Int32Array(nodes);
  const path = new Int32Array(nodes);

  /** Steps from the source to each node by arcs that are not used up; whether the sink is reached. */
  const layer = () => {
    level.fill(-1);
    level[source] = 0;
    queue[0] = source;
    for (let head = 0, tail = 1; head < tail; head++) {
      const node = queue[head]!;
      for (let i = first[node]!; i < first[node + 1]!; i++) {
        const arc = order[i]!;
        const end = to[arc]!;
        if (level[end] !== -1 || capacity[arc]! <= NOTHING) continue;
        level[end] = level[node]! + 1;
        queue[tail++] = end;
      }
    }
    return level[sink] !== -1;
  };

  let value = 0;
  while (layer()) {
    next.set(first.subarray(0, nodes));
    let node = source;
    let depth = 0;
    while (true) {
      if (node === sink) {
        let least = Infinity;
        for (let i = 0; i < depth; i++) least = Math.min(least, capacity[path[i]!]!);
        let back = depth;
        for (let i = depth - 1; i >= 0; i--) {
          const arc = path[i]!;
          capacity[arc]! -= least;
          capacity[arc ^ 1]! += least;
          if (capacity[arc]! <= NOTHING) back = i;
        }
        value += least;
        depth = back;
        node = to[path[back]! ^ 1]!;
        continue;
      }
      let moved = false;
      for (; next[node]! < first[node + 1]!; next[node]!++) {
        const arc = order[next[node]!]!;
        if (capacity[arc]! > NOTHING && level[to[arc]!] === level[node]! + 1) {
          path[depth++] = arc;
          node = to[arc]!;
          moved = true;
          break;
        }
      }
      if (moved) continue;
      if (depth === 0) break;
      // A dead end: no further path of this layering goes through it.
      level[node] = -1;
      node = to[path[--depth]! ^ 1]!;
      next[node]!++;
    }
  }
  return { side: Uint8Array.from(level, (steps) => +(steps !== -1)), value };
}
