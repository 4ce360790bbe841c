import type { EvalResult, SettingResult } from "../../src/features/eval/schema"
import { figureNames } from "../../src/features/eval/schema"
import { plural } from "../format"

const labels = { ndcg_at_10: "nDCG@10", recall: "Recall", mrr: "MRR", map: "MAP" }

/** The figures of each setting, overall and per question. */
export function Figures({ result }: { result: EvalResult }): JSX.Element {
  const { questions, settings, left_out } = result
  const isLess = left_out.length > 0
  const missing = isLess ? `; not measured without an embedding model: ${left_out.join(", ")}` : ""
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">By setting</h2>
      <table class="documents figures">
        <caption class="muted" safe>
          {plural(questions, "question") + missing}
        </caption>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            {figureNames.map((name) => (
              <th scope="col" class="number" safe>
                {labels[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {settings.map((setting) => (
            <tr>
              <th scope="row" safe>
                {nameOf(setting)}
              </th>
              {figureNames.map((name) => (
                <Figure value={setting.figures[name]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <details class="fold">
        <summary>nDCG@10 of each question</summary>
        <section class="figures-of-all" aria-label="Each question" tabindex="0">
          <Questions settings={settings} />
        </section>
      </details>
    </section>
  )
}

function Questions({ settings }: { settings: SettingResult[] }): JSX.Element {
  return (
    <table class="documents figures">
      <thead>
        <tr>
          <th scope="col">Question</th>
          {settings.map((setting) => (
            <th scope="col" class="number" safe>
              {nameOf(setting)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {(settings[0]?.queries ?? []).map(({ query }, i) => (
          <tr>
            <th scope="row" safe>
              {query}
            </th>
            {settings.map(({ queries }) => (
              <Figure value={queries[i]?.ndcg_at_10 ?? 0} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Figure({ value }: { value: number }): JSX.Element {
  return (
    <td class="number">
      <span safe>{value.toFixed(3)}</span>
      <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="bar-track" width="100" height="4" />
        <rect width={(value * 100).toFixed(1)} height="4" />
      </svg>
    </td>
  )
}

function nameOf({ mode, top_k, rerank }: SettingResult): string {
  return `${mode}, top ${top_k}${rerank ? ", reranked" : ""}`
}
