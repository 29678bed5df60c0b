// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/vision/face_reader.h>
#include <platform/vision/image.h>

namespace bank::identity {

/// From `same_person_similarity` on two pictures are taken to show one person; under
/// `different_person_similarity` two persons; between them a person must look. Chosen on the face
/// sets of docs/decisions; `yungui bench vision` prints the rates at both.
extern const float same_person_similarity;
extern const float different_person_similarity;

struct FaceMatch {
    float similarity = 0;    // -1 to 1.
    bool same = false;       // similarity ≥ same_person_similarity.
    bool different = false;  // similarity < different_person_similarity.
};

/// Compares the one face of each picture. Errors: identity.no_face, identity.several_faces (a
/// second face more than half as wide).
base::Result<FaceMatch> match_faces(const platform::vision::Image& portrait,
                                    const platform::vision::Image& live,
                                    platform::vision::FaceReader& faces);

}  // namespace bank::identity
