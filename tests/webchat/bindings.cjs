// For every variable of a script, in order: which declaration it means (by number), or its name if nothing declares it.
// Two scripts with the same list compute the same, whatever their variables are called.
const fs = require("fs");
const ts = require("typescript");

const file = process.argv[2];
const options = { allowJs: true, checkJs: true, noLib: true, noResolve: true, target: ts.ScriptTarget.ESNext, types: [] };
const program = ts.createProgram([file], options);
const checker = program.getTypeChecker();
const numbers = new Map();
const found = [];

function isProperty({ parent, ...node }, self) {
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === self) ||
    (ts.isBindingElement(parent) && parent.propertyName === self) ||
    ((ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isAccessor(parent) ||
      ts.isPropertyDeclaration(parent)) && parent.name === self)
  );
}
(function visit(node) {
  if (ts.isIdentifier(node) && !isProperty(node, node)) {
    const short = ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node;
    const symbol = short ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
    const declared = symbol?.declarations?.[0];
    if (!declared) found.push(node.text);
    else {
      if (!numbers.has(declared)) numbers.set(declared, numbers.size);
      found.push(numbers.get(declared));
    }
  }
  ts.forEachChild(node, visit);
})(program.getSourceFile(file));
fs.writeSync(1, JSON.stringify(found));
