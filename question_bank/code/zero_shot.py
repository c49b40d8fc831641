"""Zero-shot classification by an ensemble of prompts."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def zero_shot(images, prompts):
    """The class vectors of a prompt ensemble, and the best class of every image.

    images: a float array (n, d), image embeddings as the tower returns them, of any length.
    prompts: a float array (c, t, d), the text embeddings of t prompts for each of c classes, of
    any length. A class vector is the mean of its prompts, in which every prompt counts alike,
    however long its vector; it is then brought to length 1.
    Similarity is the cosine.
    Returns a tuple: the class vectors (c, d), and an int array (n,) of class numbers.
    """
'''
SOLUTION = """
import numpy as np


def zero_shot(images, prompts):
    prompts = prompts / np.linalg.norm(prompts, axis=2, keepdims=True)
    classes = prompts.mean(1)
    classes = classes / np.linalg.norm(classes, axis=1, keepdims=True)
    scores = images @ classes.T
    return classes, scores.argmax(1)
"""
OTHER = """
import numpy as np


def zero_shot(images, prompts):
    classes = []
    for texts in prompts:
        total = sum(text / np.sqrt(np.sum(text**2)) for text in texts)
        classes.append(total / np.sqrt(np.sum(total**2)))
    classes = np.stack(classes)
    lengths = np.sqrt((images**2).sum(1))
    cosine = np.einsum("cd,nd->nc", classes, images) / lengths[:, None]
    return classes, np.argmax(cosine, axis=-1)
"""
# fmt: off
MUTANTS = (
    Mutant("your prompts keep their lengths: a long one outvotes the others",
           "prompts = prompts / np.linalg.norm(prompts, axis=2, keepdims=True)",
           "prompts = prompts"),
    Mutant("your mean is not normalised again: prompts that disagree make it short, its scores low",
           "classes = classes / np.linalg.norm(classes, axis=1, keepdims=True)",
           "classes = classes"),
    Mutant("you normalise prompts over the templates, not over the features",
           "prompts, axis=2", "prompts, axis=1"),
    Mutant("you divide all classes by one length: norm without an axis is that of the whole matrix",
           "np.linalg.norm(classes, axis=1, keepdims=True)", "np.linalg.norm(classes)"),
    Mutant("you average over the classes: what is left is a vector for each template",
           "prompts.mean(1)", "prompts.mean(0)"),
    Mutant("you take the best image of every class", "scores.argmax(1)", "scores.argmax(0)"),
    Mutant("you take the lowest cosine, as if it were a distance",
           "scores.argmax(1)", "scores.argmin(1)"),
    Mutant("you take each feature's largest value over the prompts, not their mean",
           "prompts.mean(1)", "prompts.max(1)"),
    Mutant("you normalise in place: the caller's prompts change",
           "prompts = prompts / np.linalg.norm(prompts, axis=2, keepdims=True)",
           "prompts /= np.linalg.norm(prompts, axis=2, keepdims=True)"),
)
# fmt: on
HINTS = (
    "How many vectors does a class have before, and how many after? What are their lengths?",
    "Unit prompts, their mean over the templates, and then: is that mean a unit vector?",
    "Normalise over d, mean over t, normalise over d; argmax over the classes of images @ them.T.",
)


def reference(images, prompts):
    classes = []
    for texts in prompts:
        mean = sum(text / np.linalg.norm(text) for text in texts) / len(texts)
        classes.append(mean / np.linalg.norm(mean))
    best = []
    for image in images:
        cosines = [image @ each / np.linalg.norm(image) for each in classes]
        best.append(max(range(len(cosines)), key=cosines.__getitem__))
    return np.array(classes), np.array(best)


def cases(rng):
    def prompts(c, t, d, noise=0.7):
        texts = rng.normal(size=(c, 1, d)) + rng.normal(size=(c, t, d)) * noise
        return texts * rng.uniform(0.2, 5.0, (c, t, 1))

    def images(n, texts, noise=0.5):
        classes, _ = reference(np.ones((1, texts.shape[2])), texts)
        found = []
        while len(found) < n:  # with a clear winner, in any precision
            image = classes[rng.integers(len(classes))] + rng.normal(size=texts.shape[2]) * noise
            cosines = np.sort(classes @ image / np.linalg.norm(image))
            if len(cosines) == 1 or cosines[-1] - cosines[-2] > 1e-3:
                found.append(image * rng.uniform(0.2, 5.0))
        return np.array(found)

    def both(n, *shape):
        texts = prompts(*shape)
        return images(n, texts), texts

    yield Case("one class, one prompt", both(2, 1, 1, 3))
    yield Case("one image, two classes", both(1, 2, 3, 2))
    yield Case("one prompt of each class", both(4, 3, 1, 4))
    texts = np.array([[[3.0, 4.0], [3.0, -4.0]], [[0.0, 2.0], [0.1, 2.0]]])
    near = np.array([[2.0, 1.0], [1.0, 2.0], [10.0, 9.0]])
    yield Case("a class whose prompts disagree", (near, texts))
    yield Case("five prompts, three classes", both(7, 3, 5, 4))
    yield Case("float32", both(6, 4, 3, 5), dtype="float32")
    yield Case("sixty images, ten classes", both(60, 10, 4, 8))
