interface NumberFieldProps {
  label: string;
  value: number;
  max: number;
  change(value: number): void;
}

/** A whole number from 0 to `max`; what is typed is brought into that range. */
export function NumberField({ label, value, max, change }: NumberFieldProps) {
  return (
    <label>
      {label}
      <input
        type="number"
        min="0"
        max={max}
        value={value}
        onChange={({ currentTarget }) =>
          change(Math.min(max, Math.max(0, Math.floor(Number(currentTarget.value)) || 0)))
        }
      />
    </label>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly T[];
  /** What options are called, where it is not by themselves. */
  names?: Readonly<Record<T, string>>;
  change(value: T): void;
}

/** One of several. */
export function Choice<T extends string>({ label, value, options, names, change }: ChoiceProps<T>) {
  return (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => change(currentTarget.value as T)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {names?.[option] ?? option}
          </option>
        ))}
      </select>
    </label>
  );
}
