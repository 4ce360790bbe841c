/** Replaces the button that marks a result as relevant. */
export function KeptAsRelevant(): JSX.Element {
  return (
    <span class="muted" role="status">
      <a href="/documents/eval">Marked as relevant</a>
    </span>
  )
}
