// A number that may be left out, while half of one is being typed too.
import { useState, type ComponentProps } from "react";
import { Input } from "@/components/ui/input";

interface NumberInputProps extends Omit<ComponentProps<"input">, "value" | "onChange"> {
  value: number | null;
  onNumber: (value: number | null) => void;
}

export function NumberInput({ value, onNumber, ...props }: NumberInputProps) {
  const [text, setText] = useState(value === null ? "" : String(value));
  const [last, setLast] = useState(value);
  if (value !== last) {
    setLast(value);
    if ((text === "" ? null : Number(text)) !== value) setText(value === null ? "" : String(value));
  }
  const change = (next: string): void => {
    setText(next);
    const number = Number(next);
    if (next === "") onNumber(null);
    else if (Number.isFinite(number)) onNumber(number);
  };
  return <Input {...props} type="number" inputMode="decimal" value={text} onChange={(event) => change(event.target.value)} />;
}
