"""The ways to split rows, one file each; `bpgui.data.split` chooses among them."""
