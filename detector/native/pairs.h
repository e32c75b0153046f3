/* The functions of detector._kernel that look at pairs of texts. */
#ifndef COPYDESK_PAIRS_H
#define COPYDESK_PAIRS_H

#include "buffers.h"

/* common_runs(a: uint32[n], b: uint32[m], gram, most) -> (int64[k, 3], is_cut) */
PyObject *py_common_runs(PyObject *module, PyObject *args);

/* chains(a: uint32[n], b: uint32[m], gram, most, rules: int64[5]) -> int64[k, 4]: chain, a, b,
 * length of each run, by place */
PyObject *py_chains(PyObject *module, PyObject *args);

/* retells(a: uint32[n], b: uint32[m], rules: int64[5]) -> whether a window of stems of one retells
 * one of the other */
PyObject *py_retells(PyObject *module, PyObject *args);

/* screen(words: uint32[w], kinds: uint8[w], word_edges: int64[n + 1], letters, letter_edges,
 * stems: uint32[s], stem_edges, rules: int64[], pairs: int64[p, 2], out: bool[p]) */
PyObject *py_screen(PyObject *module, PyObject *args);

#endif
