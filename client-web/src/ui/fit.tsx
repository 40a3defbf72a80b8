// A long word where there is room, a short one on a phone. Only one of them is
// there for anybody: the other is not drawn and not read.

export function Fit({ wide, narrow }: { wide: string; narrow: string }) {
  return <><span class="onlywide">{wide}</span><span class="onlynarrow">{narrow}</span></>
}
