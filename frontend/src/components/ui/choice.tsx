// Switches and check boxes.
import { Check } from "lucide-react";
import { Checkbox as CheckboxPrimitive, Switch as SwitchPrimitive } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

export function Checkbox({ className, ...props }: ComponentProps<typeof CheckboxPrimitive.Root>) {
  return (
    <CheckboxPrimitive.Root
      className={cn("size-4.5 shrink-0 rounded-[5px] border border-input bg-surface data-[state=checked]:border-primary data-[state=checked]:bg-primary disabled:opacity-50", className)}
      {...props}
    >
      <CheckboxPrimitive.Indicator className="grid place-items-center text-primary-foreground">
        <Check className="size-3.5" strokeWidth={3} aria-hidden />
      </CheckboxPrimitive.Indicator>
    </CheckboxPrimitive.Root>
  );
}

export function Switch({ className, ...props }: ComponentProps<typeof SwitchPrimitive.Root>) {
  return (
    <SwitchPrimitive.Root
      className={cn("h-5.5 w-9.5 shrink-0 rounded-full bg-input/70 p-0.5 transition-colors data-[state=checked]:bg-primary disabled:opacity-50", className)}
      {...props}
    >
      <SwitchPrimitive.Thumb className="block size-4.5 rounded-full bg-white shadow-sm transition-transform data-[state=checked]:translate-x-4" />
    </SwitchPrimitive.Root>
  );
}
