// Drop-down menus.
import { Check } from "lucide-react";
import { DropdownMenu as Primitive } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/cn";

const row =
  "flex min-h-9 w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none select-none data-[highlighted]:bg-muted data-[disabled]:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground";

interface MenuProps {
  trigger: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "right";
  className?: string;
  children: ReactNode;
}

export function Menu({ trigger, align = "end", side = "bottom", className, children }: MenuProps) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className={cn("z-50 max-h-[70dvh] min-w-48 overflow-y-auto rounded-xl border bg-surface p-1 shadow-lg animate-fade", className)}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

interface MenuItemProps extends ComponentProps<typeof Primitive.Item> {
  danger?: boolean;
}

export function MenuItem({ className, danger, ...props }: MenuItemProps) {
  return <Primitive.Item className={cn(row, danger && "text-danger [&_svg]:text-danger", className)} {...props} />;
}

interface MenuChoiceProps<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}

export function MenuChoice<T extends string>({ label, value, options, onChange }: MenuChoiceProps<T>) {
  return (
    <Primitive.RadioGroup value={value} onValueChange={(next) => onChange(next as T)} aria-label={label}>
      <Primitive.Label className="px-2.5 pt-2 pb-1 text-xs font-medium text-muted-foreground">{label}</Primitive.Label>
      {options.map((option) => (
        <Primitive.RadioItem key={option.value} value={option.value} className={row}>
          <span className="grow">{option.label}</span>
          <Primitive.ItemIndicator><Check aria-hidden /></Primitive.ItemIndicator>
        </Primitive.RadioItem>
      ))}
    </Primitive.RadioGroup>
  );
}

export function MenuSeparator() {
  return <Primitive.Separator className="my-1 h-px bg-border" />;
}
