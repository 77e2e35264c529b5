type Attribute = number | readonly number[];

/** An attribute that ONNX types as float even when its value is a whole number. */
export class FloatAttribute {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** An attribute of any number of floats. */
export class FloatAttributes {
  readonly values: readonly number[];
  constructor(values: readonly number[]) {
    this.values = values;
  }
}

export interface GraphNode {
  /** With its domain before a colon, unless it is one of ONNX's own. */
  operator: string;
  inputs: string[];
  outputs: string[];
  attributes: Readonly<Record<string, Attribute | FloatAttribute | FloatAttributes>>;
}
