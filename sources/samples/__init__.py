"""The sample inbox and the script that draws it: invented rows, published totals."""
