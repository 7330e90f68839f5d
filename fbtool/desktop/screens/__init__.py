"""The screens: passive views. Each shows the state of its presenter and says what the person did."""
