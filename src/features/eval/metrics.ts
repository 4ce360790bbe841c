import type { Figures } from "./schema"

const CUTOFF = 10

/**
 * Computes the figures of one ranking. `ranked` has the grades of the results, best result first, 0
 * for irrelevant ones; `judged` has the grades of all judgements. As in trec_eval, the gain is the
 * grade, and any grade above 0 is relevant. nDCG follows Järvelin and Kekäläinen, "Cumulated
 * gain-based evaluation of IR techniques" (2002), with the base-2 logarithm of rank + 1.
 */
export function figuresOf(ranked: number[], judged: number[]): Figures {
  const relevant = judged.filter((grade) => grade > 0)
  const best = relevant.toSorted((a, b) => b - a)
  const hits = ranked.flatMap((grade, i) => (grade > 0 ? [i + 1] : []))
  const precisions = hits.map((rank, i) => (i + 1) / rank)
  return {
    ndcg_at_10: ratio(gainOf(ranked), gainOf(best)),
    recall: ratio(hits.length, relevant.length),
    mrr: hits[0] === undefined ? 0 : 1 / hits[0],
    map: ratio(sum(precisions), relevant.length),
  }
}

/** Averages figures over queries, all with equal weight. */
export function meanFigures(all: Figures[]): Figures {
  const mean = (name: keyof Figures) => ratio(sum(all.map((figures) => figures[name])), all.length)
  return {
    ndcg_at_10: mean("ndcg_at_10"),
    recall: mean("recall"),
    mrr: mean("mrr"),
    map: mean("map"),
  }
}

function gainOf(grades: number[]): number {
  return sum(grades.slice(0, CUTOFF).map((grade, i) => grade / Math.log2(i + 2)))
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
