// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/face_match.h>

#include <algorithm>

namespace bank::identity {

namespace {

using namespace platform::vision;

base::Result<Embedding> only_face(const Image& picture, FaceReader& faces)
{
    if (picture.empty())
        return base::invalid("identity.no_face", "No face is seen in the picture.");
    const std::vector<Face> found = faces.find(picture);
    if (found.empty()) return base::invalid("identity.no_face", "No face is seen in the picture.");
    if (found.size() > 1 && found[1].box.width > found[0].box.width / 2)
        return base::invalid("identity.several_faces", "More than one face is in the picture.");
    return faces.embed(picture, found[0]);
}

}  // namespace

const float same_person_similarity = .58F;
const float different_person_similarity = .45F;

base::Result<FaceMatch> match_faces(const Image& portrait, const Image& live, FaceReader& faces)
{
    const Embedding a = TRY(only_face(portrait, faces));
    const Embedding b = TRY(only_face(live, faces));
    const float value = std::clamp(similarity(a, b), -1.F, 1.F);
    return FaceMatch{value, value >= same_person_similarity, value < different_person_similarity};
}

}  // namespace bank::identity
