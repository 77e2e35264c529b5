#ifndef DITTO_GEOMETRY_H
#define DITTO_GEOMETRY_H

#include "vectors.h"

/*
 * A convolution without padding of images [batch, height, width, in] to [batch, out_height, out_width, out]; in blocked images
 * (NCHWc) LANES channels are neighbours.
 */
typedef struct {
  int64_t batch, height, width, in, out_height, out_width, out, filter_height, filter_width, stride_height, stride_width;
} Geometry;

static inline Status *geometry_of(const Api *api, const KernelInfo *info, Geometry *geometry) {
  return read_integers(api, info, "geometry", &geometry->batch, sizeof *geometry / sizeof(int64_t));
}

#endif
