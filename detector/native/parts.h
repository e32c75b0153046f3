/* The functions of detector._kernel that ask an index. */
#ifndef COPYDESK_PARTS_H
#define COPYDESK_PARTS_H

#include "buffers.h"

/* parts([(numbers: int64[n], gone: uint8[n] or none, and for each net entries: uint64[p],
 * directory: uint32[2^bits + 1]), ...]) -> capsule */
PyObject *py_parts(PyObject *module, PyObject *args);

/* nominate(parts, signatures: uint32[q, num_perm], num_perm, keys: uint64[k], edges: int64[2 q + 1],
 * most: int64[3], crowd_holders, candidates, least_strength, rarity: float64[], strength: float64[],
 * level) -> (edges: int64[q + 1], numbers: int64[c], weights: float64[c], is_cut: uint8[q]) */
PyObject *py_nominate(PyObject *module, PyObject *args);

#endif
