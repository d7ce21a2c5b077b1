# Included behind project() of an older commit: its records tell by `coagwatch-version` that it wrote them.
string(APPEND PROJECT_VERSION "-older")
