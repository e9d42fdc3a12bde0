export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
export const rounded = (value, digits = 2) => Number(value.toFixed(digits));
