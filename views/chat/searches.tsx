import type { AnswerSearch } from "../../src/platform/shapes/message"
import { plural } from "../format"
import { Icon } from "../icon"

type SearchesProps = { id: string; searches: AnswerSearch[] }

/** What was looked for, folded into one line. Replaced whole with each search. */
export function Searches({ id, searches }: SearchesProps): JSX.Element {
  const [first] = searches
  if (!first) return <div id={`searches-${id}`} class="searches"></div>
  const found = searches.reduce((sum, { results }) => sum + results, 0)
  const times = searches.length === 1 ? "" : `${plural(searches.length, "time")}, `
  return (
    <div id={`searches-${id}`} class="searches">
      <details>
        <summary>
          <Icon name="search" />
          <span safe>{`Searched your documents: ${times}${plural(found, "passage")}`}</span>
        </summary>
        <ul>
          {searches.map(({ query, results }) => (
            <li safe>{`“${query}”: ${plural(results, "passage")}`}</li>
          ))}
        </ul>
      </details>
    </div>
  )
}
