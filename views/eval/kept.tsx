/** Stands where the button to keep a result was. */
export function KeptAsRelevant(): JSX.Element {
  return (
    <span class="muted" role="status">
      <a href="/documents/eval">Kept as relevant</a>
    </span>
  )
}
